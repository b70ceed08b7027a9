"""A double of SES v2, as much of it as Senda uses; community LocalStack has SES v1 only.

Our own code: what runs through it proves Senda, not AWS. The shapes and rules follow the SES API v2 reference and the
developer guide (chapters on event publishing, the suppression list and the mailbox simulator).
"""
