"""Tasks (nhiệm vụ): who must do what by when."""
