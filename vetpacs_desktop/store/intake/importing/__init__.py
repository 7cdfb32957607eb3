"""From files at some paths to filed objects: looked through, chosen, copied, remembered."""
