"""Whether an analysis is the registered one: a registration pack and a bundle of data, compared part by part."""
