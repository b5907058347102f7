package sharepoint

import (
	"fmt"
	"io"
	"strings"
)

// console prints what psconfig 12.0 prints: captured on MOSS 2007 SP1 with the December 2008 update.
type console struct {
	out         io.Writer
	total, task int
}

// banner overprints the name with the copyright line, a bare carriage return between them. Its version is
// that of psconfig, at every patch level.
func (c *console) banner() {
	c.print("SharePoint Products and Technologies Configuration Wizard version 12.0.6300.5000\rCopyright (C) Microsoft Corporation 2005. All rights reserved.\r\n\r\n")
}

func (c *console) print(text string) { _, _ = io.WriteString(c.out, text) } // a pipe that broke ends the process elsewhere

func (c *console) line(text string) { c.print(wrap(text) + "\r\n") }

func (c *console) begin(doing string) {
	c.task++
	c.line(fmt.Sprintf("Performing configuration task %d of %d", c.task, c.total))
	c.line(doing + "\r\n")
}

func (c *console) done(text string) { c.line(text + "\r\n") }

func (c *console) summary(failed int) {
	c.line(fmt.Sprintf("Total number of configuration settings run: %d", c.task))
	c.line(fmt.Sprintf("Total number of successful configuration settings: %d", c.task-failed))
	c.line(fmt.Sprintf("Total number of unsuccessful configuration settings: %d", failed))
	c.line("Successfully stopped the configuration of SharePoint Products and Technologies.")
}

func (c *console) succeeded() {
	c.summary(0)
	c.line("Configuration of the SharePoint Products and Technologies has succeeded.")
}

func (c *console) failed(f failure, diagnostics string) {
	c.done(f.task)
	c.line("An exception of type " + f.exception + " was thrown.")
	c.done("Additional exception information: " + f.text)
	c.summary(1)
	c.line("Configuration of SharePoint Products and Technologies failed. Configuration must be performed before you use SharePoint Products and Technologies. For further details, see the diagnostic log located at " +
		diagnostics + " and the application event log.")
}

func (c *console) usage() {
	c.line("psconfig.exe -cmd <command> [parameters] [-cmd <command> [parameters]] ...")
	c.line("")
	for _, v := range verbOrder {
		c.line("    " + v)
	}
}

// wrap breaks a paragraph between words as the console of 80 columns does; paths are broken like words.
func wrap(text string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(text, " ") {
		switch {
		case i == 0:
		case column+1+len(word) > 80:
			b.WriteString("\r\n")
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
