"""Drawing on images: what is drawn and its history, the panel of measurements, keeping, what others drew."""
