"""One ComfyUI server over HTTP, WebSocket, logs and files."""
