"""What the command line prints, all to standard output: for people in words, for machines a JSON object a line."""
