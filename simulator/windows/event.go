package windows

import "farmhand/simulator/world"

// systemEvent is a fact about the server itself.
func systemEvent(server, event, user, text string) world.Event {
	return world.Event{Host: server, Protocol: world.ProtocolSystem, Event: event, User: user, Text: text}
}
