"""Secure mail: a letter wrapped as an RFC 5322 message, and the ways such a message leaves the house."""
