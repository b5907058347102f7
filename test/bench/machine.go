package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// machine names where the numbers come from, on one line.
func machine(now time.Time) string {
	kernel := firstLine("/proc/sys/kernel/osrelease")
	load, _, _ := strings.Cut(firstLine("/proc/loadavg"), " ")
	return fmt.Sprintf("%s, %d cores, %s, Linux %s, %s/%s, load %s at the start, %s",
		processor(), runtime.NumCPU(), runtime.Version(), kernel, runtime.GOOS, runtime.GOARCH, load, now.UTC().Format("2006-01-02 15:04 UTC"))
}

func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "a processor unknown"
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if key, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "a processor unknown"
}

// firstLine is empty where there is no such file.
func firstLine(path string) string {
	text, _ := os.ReadFile(path)
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
