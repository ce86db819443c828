"""What is said in messages, to which addresses, and who carries them. No database: passport.outbox has that.

A message holds no health fact and no secret: its text is a template of ours, filled with nothing but days, one-time
codes and a page of this service.
"""
