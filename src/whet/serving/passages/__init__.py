"""What finds the answer to a question in a passage: how texts are read, scored and decoded."""
