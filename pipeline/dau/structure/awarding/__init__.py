"""Emulation (thi đua) and awards (khen thưởng)."""
