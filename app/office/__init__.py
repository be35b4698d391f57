"""The court's desk: the queue, a filing beside its documents, the decisions on it, the counter, what is stuck."""
