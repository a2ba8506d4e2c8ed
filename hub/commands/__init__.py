"""What the command line does once its words are understood, a module for each family. hub.cli holds the words."""
