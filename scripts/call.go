package scripts

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"unicode/utf16"
)

// Arg is one parameter of a script. Name is the parameter's name without its dash; Value is any text.
type Arg struct {
	Name, Value string
}

// Call is one run of a script through the bootstrap.
type Call struct {
	Script Script
	Args   []Arg
	// Nonce is printed back by the sentinel, so that no other text can be taken for it. Random letters and digits.
	Nonce string
	// Input is the script's own standard input, whole ASCII lines; Encode is given it instead.
	Input []byte
}

// commandPrefix is what an administrator would type to run a script that never asks and reads no profile.
const commandPrefix = "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand "

// CommandLine returns the one command line that runs every script: the bootstrap. It is constant, so a server's
// process list shows neither parameters nor secrets, and it stays below the 8,191 characters of cmd.exe (KB830473).
func CommandLine() string {
	units := utf16.Encode([]rune(Bootstrap.Text))
	raw := make([]byte, 0, 2*len(units))
	for _, u := range units {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return commandPrefix + base64.StdEncoding.EncodeToString(raw)
}

// EncodeAll returns the standard input of the bootstrap for calls that run one after the other until one throws, in one
// powershell.exe: its start takes longer than most scripts. They share a nonce, which no line of their input may be.
func EncodeAll(nonce string, calls []Call) []byte {
	var b bytes.Buffer
	for _, c := range calls {
		c.Nonce = nonce
		b.Write(c.Encode(c.Input))
	}
	return b.Bytes()
}

// Encode returns the standard input of the bootstrap for this call (the package comment has the format). The given
// stdin becomes the script's own input and must be whole ASCII lines.
func (c Call) Encode(stdin []byte) []byte {
	var b bytes.Buffer
	b.WriteString(c.Nonce + "\r\n")
	b.WriteString(base64.StdEncoding.EncodeToString([]byte(c.Script.Text)) + "\r\n")
	for _, a := range c.Args {
		b.WriteString(a.Name + " " + base64.StdEncoding.EncodeToString([]byte(a.Value)) + "\r\n")
	}
	b.WriteString(".\r\n")
	b.Write(stdin)
	return b.Bytes()
}
