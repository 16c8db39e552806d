"""The dialogue in chats: what people say and press, as the product's own commands. It knows no messenger by name."""
