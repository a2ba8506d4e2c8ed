"""What is written for people: letters of acts, and paper that is none."""
