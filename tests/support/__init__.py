"""What the tests share: the server under test, PostgreSQL, the clients and the contract they are held to."""
