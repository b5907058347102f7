package farm

// Architecture is the processor architecture of a server's Windows; packages exist once for each.
type Architecture string

// The two architectures the article names files for.
const (
	X86 Architecture = "x86"
	X64 Architecture = "x64"
)
