"""Pictures that leave the program: which ones, how they are drawn and labelled, and the files they become."""
