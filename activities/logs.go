package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// logText is a part of a log, in whole lines.
type logText struct {
	path  string // empty when there is no such file
	size  int64  // of the whole file, bytes
	from  int64  // where the part begins
	next  int64  // where the next part begins
	lines []string
}

// read is what the evidence keeps of it, nil when there was nothing to read.
func (l logText) read() *farm.LogRead {
	if l.path == "" || l.next <= l.from {
		return nil
	}
	h := sha256.New()
	for _, line := range l.lines {
		_, _ = io.WriteString(h, line+"\n") // a hash takes everything
	}
	return &farm.LogRead{Path: l.path, From: l.from, To: l.next, Lines: len(l.lines), SHA256: hex.EncodeToString(h.Sum(nil))}
}

// logPart is how much of a log one call reads, bytes: well below what winhost takes from a command.
const logPart = 1 << 20

// readSince reads a log from a mark to its end, in parts, of which the first was read already (partOf): what tells of a failure, and the closing line, may
// lie megabytes behind the mark. A log that is shorter than the mark was begun anew.
func readSince(ctx context.Context, h *winhost.Host, path string, mark int64, part logText) (logText, error) {
	all := logText{from: mark}
	for at := mark; ; {
		if part.size < mark {
			at, mark, all.from = 0, 0, 0
		} else {
			all.path, all.size, all.next = part.path, part.size, part.next
			all.lines = append(all.lines, part.lines...)
			if part.next <= at || part.next >= part.size {
				return all, nil
			}
			at = part.next
		}
		records, err := h.Scripts(ctx, partOf(path, at))
		if err != nil {
			return logText{}, err
		}
		part = logTextOf(records[0])
	}
}

// partOf asks for a part of a log.
func partOf(path string, at int64) scripts.Call {
	return logCall("Path", path, "Offset", strconv.FormatInt(at, 10), "MaxBytes", strconv.Itoa(logPart))
}

func readLog(ctx context.Context, h *winhost.Host, args ...string) (logText, error) {
	records, err := h.Scripts(ctx, logCall(args...))
	if err != nil {
		return logText{}, err
	}
	return logTextOf(records[0]), nil
}

// logCall is a call of read-log.ps1 with names and values of its parameters.
func logCall(args ...string) scripts.Call {
	c := scripts.Call{Script: scripts.ReadLog}
	for i := 0; i+1 < len(args); i += 2 {
		c.Args = append(c.Args, scripts.Arg{Name: args[i], Value: args[i+1]})
	}
	return c
}

// logTextOf reads the answer of read-log.ps1. A file that is not there yet has size 0.
func logTextOf(records []scripts.Record) logText {
	var l logText
	for _, r := range records {
		switch r.Kind {
		case "log":
			if r.Bool("exists") {
				l.path = r.Get("path")
			}
			l.from, l.size, l.next = byteCount(r, "offset"), byteCount(r, "size"), byteCount(r, "next")
		case "line":
			l.lines = append(l.lines, r.Get("text"))
		}
	}
	return l
}

// byteCount is a field that counts bytes; what is no count is none, so that whoever reads on from there comes to an end.
func byteCount(r scripts.Record, field string) int64 {
	n, err := r.Int(field)
	if err != nil {
		return 0
	}
	return max(0, n)
}
