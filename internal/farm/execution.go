package farm

// Execution says who runs the packages and the configuration wizard on a server. Everything else farmhand
// does itself on each server, and proves either way by the same witnesses.
type Execution string

// The ways of execution.
const (
	// ExecutionAutomatic runs them as detached jobs under the setup account.
	ExecutionAutomatic Execution = "automatic"
	// ExecutionManual asks an operator to run them "by logging on to the server directly or by connecting
	// through a terminal services console session", as the article has it.
	ExecutionManual Execution = "manual"
)

// ByHand reports whether a person runs packages and the wizard on the server.
func (s Server) ByHand() bool { return s.Execution == ExecutionManual }
