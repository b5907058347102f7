# placeholder file-hash
