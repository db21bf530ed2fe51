"""Mentions of other documents (văn bản viện dẫn), and the citations and legal bases they merge into."""
