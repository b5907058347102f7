package winhost

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// maxOutput bounds what one stream of a command may print, in bytes.
const maxOutput = 8 << 20

// output collects one stream. When it is full it drops the rest and says so once; an error would leave masterzen/winrm
// waiting for a reader.
type output struct {
	buf  bytes.Buffer
	full func()
}

// Write implements io.Writer and never fails.
func (o *output) Write(p []byte) (int, error) {
	if o.buf.Len()+len(p) > maxOutput {
		o.full()
		return len(p), nil
	}
	return o.buf.Write(p)
}

const (
	codePageUTF8    = 65001
	codePageDefault = 437
	byteOrderMark   = "\uFEFF"
	byteOrderMark16 = "\xFF\xFE" // of UTF-16, little endian
)

// codePages are the OEM and ANSI code pages of Western Windows installations.
var codePages = map[int]*charmap.Charmap{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855,
	858: charmap.CodePage858, 865: charmap.CodePage865, 866: charmap.CodePage866,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252,
}

// text decodes a stream from the shell's code page; what has no table here keeps its ASCII. A stream that begins with a
// byte order mark says itself what it is: programs print UTF-8 or UTF-16 whatever the shell was asked for. The result is
// valid UTF-8.
func (o *output) text(codePage int) string {
	raw := o.buf.String()
	switch {
	case strings.HasPrefix(raw, byteOrderMark):
		codePage = codePageUTF8
	case strings.HasPrefix(raw, byteOrderMark16):
		decoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().String(raw)
		if err == nil {
			return decoded
		}
	}
	if page, known := codePages[codePage]; known {
		if decoded, err := page.NewDecoder().String(raw); err == nil {
			return decoded
		}
	}
	return strings.ToValidUTF8(strings.TrimPrefix(raw, byteOrderMark), "\uFFFD")
}
