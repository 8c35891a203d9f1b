"""The pieces of `claim_drill`: a scratch database, a street in it, the real server on it, and who claims there."""
