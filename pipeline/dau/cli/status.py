"""`dau status`: what is done, failed, doubtful."""
