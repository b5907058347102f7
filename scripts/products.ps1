# placeholder products
