package windows

import (
	"context"
	"strconv"
	"strings"
	"time"

	"farmhand/simulator/world"
)

// readLogScript is read-log.ps1: whole lines of a log from an offset on. The offset of the first line is
// the parameter's, or where the tail begins for a negative one; next is where to go on.
func readLogScript(_ context.Context, c ScriptCall) (records []Record, err error) {
	offset, maximum := 0, 64<<10
	for name, into := range map[string]*int{"Offset": &offset, "MaxBytes": &maximum} {
		if text := c.Parameter(name); text != "" {
			if *into, err = strconv.Atoi(text); err != nil {
				return nil, message("Cannot convert value \"" + text + "\" of " + name + " to type \"System.Int64\".")
			}
		}
	}
	c.Machine.world.View(func(tx *world.Tx) {
		f, ok := findLog(tx, c)
		if !ok {
			records = []Record{NewRecord("log", "path", c.Parameter("Path"), "exists", "false", "size", "", "offset", "", "next", "")}
			return
		}
		records = readLog(f, offset, maximum)
	})
	return records, nil
}

// findLog returns the file of Path, or the newest of Folder that matches Pattern and was written since Since.
func findLog(tx *world.Tx, c ScriptCall) (newest File, ok bool) {
	if p := c.Parameter("Path"); p != "" {
		newest, ok = GetFile(tx, c.Machine.name, p)
		return newest, ok && !newest.Folder
	}
	since, _ := time.Parse(time.RFC3339, c.Parameter("Since"))
	for _, f := range Files(tx, c.Machine.name, c.Parameter("Folder")) {
		if f.Folder || !matches(c.Parameter("Pattern"), base(f.Path)) || f.Modified.Before(since) {
			continue
		}
		if !ok || f.Modified.After(newest.Modified) {
			newest, ok = f, true
		}
	}
	if ok {
		newest, ok = GetFile(tx, c.Machine.name, newest.Path)
	}
	return newest, ok
}

// readLog cuts the lines that fit. A last line without its end is given only when nothing else is left.
func readLog(f File, offset, maximum int) []Record {
	size := len(f.Data)
	if offset < 0 {
		offset = max(0, size+offset)
	}
	offset = min(offset, size)
	text := string(f.Data[offset:])
	next := offset
	var lines []Record
	for line := range strings.Lines(text) {
		if next+len(line)-offset > maximum && len(lines) > 0 {
			break
		}
		next += len(line)
		lines = append(lines, NewRecord("line", "text", strings.TrimRight(line, "\r\n")))
	}
	head := NewRecord("log", "path", f.Path, "exists", "true", "size", strconv.Itoa(size), "offset", strconv.Itoa(offset), "next", strconv.Itoa(next))
	return append([]Record{head}, lines...)
}
