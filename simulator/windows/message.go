package windows

// message is an error in the very words that Windows prints for it.
type message string

// Error is the text.
func (m message) Error() string { return string(m) }

// The texts that several commands share.
const (
	fileNotFound   message = "The system cannot find the file specified."
	accessIsDenied message = "Access is denied."
	syntaxIsWrong  message = "The syntax of the command is incorrect."
)
