"""Fee waivers: a person asks not to pay, with proof; a registrar decides, in full, in part or not at all.

The words are HM Courts and Tribunals Service's: a remission has a reference (RM-...) and takes something off what is
owed. What is due is fees less remissions less payments.
"""
