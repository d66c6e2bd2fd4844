"""What a visitor meets: the HTTP interface and the chat, in one application."""
