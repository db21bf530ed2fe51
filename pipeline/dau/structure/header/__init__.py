"""What identifies a directive: header, signature, recipients, and the metadata made of them."""
