# placeholder inspect
