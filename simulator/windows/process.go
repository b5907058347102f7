package windows

import (
	"context"
	"fmt"
	"io"
	"time"

	"farmhand/simulator/world"
)

// Program is the model of an executable.
type Program struct {
	// Journal records the job events started and exited for each process, whatever started it.
	Journal bool
	// Run is the process: it returns the exit code. It must return soon after ctx ends (the process was
	// killed); its exit code does not count then.
	//
	// A process of a scheduled task outlives the simulator: when the simulator starts again, Run is called
	// again from its beginning with Process.Resumed set. Steps of Work and Commit that were done return at
	// once and Stdout drops what had been written before, so a Run whose output does not depend on the
	// clock simply goes on.
	Run func(ctx context.Context, p *Process) int
}

// Process is one process of a Program.
type Process struct {
	PID int
	// Image is the full path of the executable.
	Image string
	// Args are the arguments after the image, split by Windows' own rules.
	Args []string
	// CommandLine is this process's own command line.
	CommandLine string
	// User is the account, as DOMAIN\user.
	User string
	// Administrator says whether the account is in the local group.
	Administrator bool
	// Task is the command line of the wrapper when a scheduled task started the process, else empty.
	Task string
	// Dir is the working folder.
	Dir            string
	Machine        *Machine
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Resumed says that the simulator was restarted while the process ran.
	Resumed bool
	// Started is when the process began.
	Started time.Time

	ctx context.Context
	met map[string]int // how often each step name came up in this run
}

// FaultError is a fault of the twin file that struck a step and that its program must act out (exit with
// Fault.Code, fail with Fault.Text, …).
type FaultError struct {
	Step  string
	Fault world.Fault
}

// Error names the step and the kind.
func (e *FaultError) Error() string {
	return fmt.Sprintf("fault %s at step %q", e.Fault.Kind, e.Step)
}

// The kinds of world.Fault that a server acts out itself at any step of a process; all others reach the
// program as a *FaultError.
const (
	// FaultReboot restarts the server in the middle of the step.
	FaultReboot = "reboot"
	// FaultPowerLoss does so without an orderly shutdown.
	FaultPowerLoss = "power-loss"
	// FaultSlow makes the step take Fault.Delay longer.
	FaultSlow = "slow"
	// FaultClock moves the server's clock by Fault.Delay and lets the step go on.
	FaultClock = "clock"
)
