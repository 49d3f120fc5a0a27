"""The pages of traces: what browsers tell, the replay for the buyer and for staff."""
