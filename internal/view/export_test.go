package view

// Width is how many columns a terminal gives a text.
var Width = width
