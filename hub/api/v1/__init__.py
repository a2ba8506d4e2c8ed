"""The hub API, one router per matter, mirroring hub/domain."""
