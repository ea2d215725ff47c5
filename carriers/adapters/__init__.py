"""Every file here is an adapter: what one carrier's tracking API says, in the words of the house."""
