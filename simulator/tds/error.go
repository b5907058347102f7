package tds

import "fmt"

// Error is an error as SQL Server reports it to a client: ERROR token, "Msg Number, Level Class, State State".
type Error struct {
	Number    int32  // as in sys.messages
	State     uint8  // 1 where nothing better is known
	Class     uint8  // severity: 11 to 16 the user's, 17 to 19 resources, 20 and more end the connection
	Message   string // complete text
	Procedure string // the procedure that raised it, or empty
	Line      int32  // line of the batch, from 1; 0 counts as 1
}

// Error prints the message in the form of sqlcmd.
func (e *Error) Error() string {
	return fmt.Sprintf("Msg %d, Level %d, State %d: %s", e.Number, e.Class, e.State, e.Message)
}

// fatalClass is the severity from which SQL Server closes the connection.
const fatalClass = 20

const loginFailed = 18456

// LoginFailed is error 18456. Clients always get state 1: the true reason stays in the server's error log.
func LoginFailed(user string) *Error {
	return &Error{Number: loginFailed, State: 1, Class: 14, Message: fmt.Sprintf("Login failed for user '%s'.", user)}
}

// UntrustedLogin is error 18452: Windows refused the token, so SQL Server does not know the user at all. A wrong password
// of a Windows account ends here, not in 18456.
func UntrustedLogin() *Error {
	return &Error{Number: 18452, State: 1, Class: 14,
		Message: "Login failed for user ''. The user is not associated with a trusted SQL Server connection."}
}

// CannotOpenDatabase is error 4060: the database asked for at login does not exist or is not this user's.
func CannotOpenDatabase(database string) *Error {
	return &Error{Number: 4060, State: 1, Class: 11,
		Message: fmt.Sprintf("Cannot open database \"%s\" requested by the login. The login failed.", database)}
}

// malformedRPC is error 8009, the answer to a call whose parameters cannot be read.
func malformedRPC(detail string) *Error {
	return &Error{Number: 8009, State: 3, Class: 16,
		Message: "The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is incorrect. " + detail}
}
