package windows

// message is an error in the very words that Windows prints for it.
type message string

// Error is the text.
func (m message) Error() string { return string(m) }

// The texts that several commands share.
const (
	fileNotFound   message = "The system cannot find the file specified."
	pathNotFound   message = "The system cannot find the path specified."
	accessIsDenied message = "Access is denied."
	diskIsFull     message = "There is not enough space on the disk."
	syntaxIsWrong  message = "The syntax of the command is incorrect."
)
