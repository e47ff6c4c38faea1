"""What messages say and how they leave: values in, mail out. No database."""
