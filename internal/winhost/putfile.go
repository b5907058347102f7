package winhost

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"farmhand/scripts"
)

// base64Line is the length of a line of file content: short enough for any reader of lines.
const base64Line = 1024

// fileContent is a file to write.
type fileContent struct {
	path    string
	content []byte
}

// PutFile writes a file; its folder must exist. A file that holds the content already is left alone. The server's
// account of the file (its hash) is checked. WinRM carries scripts and lists well; packages come by other ways.
func (h *Host) PutFile(ctx context.Context, path string, content []byte) error {
	_, err := h.putFiles(ctx, []fileContent{{path, content}})
	return err
}

// putFiles is PutFile for several files in one call, and runs other scripts behind them in it. It returns what those say.
func (h *Host) putFiles(ctx context.Context, files []fileContent, then ...scripts.Call) ([]scripts.Record, error) {
	var calls []scripts.Call
	for _, f := range files {
		calls = append(calls, scripts.Call{Script: scripts.PutFile, Args: []scripts.Arg{{Name: "Path", Value: f.path}}, Input: inBase64(f.content)})
	}
	all, err := h.Scripts(ctx, append(calls, then...)...)
	if err != nil {
		return nil, err
	}
	for i, f := range files {
		if err := h.checkWritten(f, all[i]); err != nil {
			return nil, err
		}
	}
	var said []scripts.Record
	for _, records := range all[len(files):] {
		said = append(said, records...)
	}
	return said, nil
}

// inBase64 is the content of a file as put-file.ps1 reads it.
func inBase64(content []byte) []byte {
	encoded := base64.StdEncoding.EncodeToString(content)
	var lines bytes.Buffer
	for len(encoded) > 0 {
		n := min(base64Line, len(encoded))
		lines.WriteString(encoded[:n] + "\r\n")
		encoded = encoded[n:]
	}
	return lines.Bytes()
}

// checkWritten holds what the server says of a file it wrote against what was sent.
func (h *Host) checkWritten(f fileContent, records []scripts.Record) error {
	r, err := h.find(scripts.PutFile, records, "file")
	if err != nil {
		return err
	}
	algorithm, want, got := "SHA-256", scripts.Hash(string(f.content)), strings.ToLower(r.Get("sha256"))
	if r.Get("algorithm") == "SHA-1" { // the server's FIPS policy leaves nothing better; it guards against accidents here
		sum := sha1.Sum(f.content)
		algorithm, want, got = "SHA-1", hex.EncodeToString(sum[:]), strings.ToLower(r.Get("hash"))
	}
	if got != want || r.Get("size") != strconv.Itoa(len(f.content)) {
		return h.fail(scripts.PutFile.Name, KindBadOutput, "%s holds %s bytes with %s %q after it was written, not what was sent", f.path, r.Get("size"), algorithm, got)
	}
	return nil
}
