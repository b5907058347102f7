package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// row is what a rollout of one size came to, beside the floor program.
type row struct {
	size           int
	product, floor spent
	// activities, events and bytes are those of one farm; the rollout's own share comes on top.
	activities, events, rolloutEvents float64
	bytes, rolloutBytes               int
	worker, server                    int // the most memory so far, in bytes
}

// printTables prints the tables, ratios first.
func printTables(out io.Writer, rows []row, perFarm int) {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\nfarms\tof the floor's rate\tof its cost\tactivities/s\tfloor\tfarms/hour\tworker MB\tserver MB\t")
	for _, r := range rows {
		all := float64(perFarm * r.size)
		fmt.Fprintf(t, "%d\t%.0f %%\t%.0f %%\t%.1f\t%.1f\t%.0f\t%d\t%d\t\n", r.size, 100*r.rate(), 100*r.cost(),
			all/r.product.Wall.Seconds(), all/r.floor.Wall.Seconds(), float64(r.size)/r.product.Wall.Hours(), r.worker/1e6, r.server/1e6)
	}
	fmt.Fprintln(t, "\na farm\tCPU ms\tserver\tdatabase\tworker\tfloor: server\tdatabase\tworker\tactivities\tevents\tkB\tof rollout\tB\t")
	for _, r := range rows {
		ms := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(r.size) }
		fmt.Fprintf(t, "%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%d\t%.1f\t%d\t\n", r.size, ms(r.product.cpu()),
			ms(r.product.Server), ms(r.product.Store), ms(r.product.Worker), ms(r.floor.Server), ms(r.floor.Store), ms(r.floor.Worker),
			r.activities, r.events, r.bytes/1000, r.rolloutEvents, r.rolloutBytes)
	}
	_ = t.Flush() // to a terminal: nobody can act on the error
}

// rate is the product's activities a second in parts of the floor program's: both do as many.
func (r row) rate() float64 { return r.floor.Wall.Seconds() / r.product.Wall.Seconds() }

// cost is the product's processor time in parts of the floor program's.
func (r row) cost() float64 { return r.product.cpu().Seconds() / r.floor.cpu().Seconds() }

// machine names where the numbers come from, on one line.
func machine() string {
	load, _, _ := strings.Cut(firstLine("/proc/loadavg"), " ")
	return fmt.Sprintf("%s, %d cores, %s, Linux %s, load %s at the start, %s", processorName(), runtime.NumCPU(), runtime.Version(),
		firstLine("/proc/sys/kernel/osrelease"), load, time.Now().UTC().Format("2006-01-02 15:04 UTC"))
}

// processorName is what the machine says of its processor.
func processorName() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "a processor unknown"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "a processor unknown"
}

// firstLine is empty where there is no such file.
func firstLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
