package activities

// ZoneDataIn is for tests.
var ZoneDataIn = zoneDataIn
