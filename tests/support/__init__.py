"""What tests of every layer share: the servers they run against and the checks they all make."""
