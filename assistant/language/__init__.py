"""The words of a question, in Chinese and English: text, numbers, periods. Shared by the planners; knows no model."""
