package windows

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"farmhand/scripts"
	"farmhand/simulator/world"
)

// registerWindowsScripts gives the machine the models of the scripts whose answer is Windows' own.
func (m *Machine) registerWindowsScripts() {
	for _, s := range []struct {
		script scripts.Script
		model  ScriptModel
	}{
		{scripts.BootTime, bootTimeScript}, {scripts.Inspect, inspectScript}, {scripts.Services, servicesScript},
		{scripts.Products, productsScript}, {scripts.FileHash, fileHashScript}, {scripts.Signature, signatureScript}, {scripts.Processes, processesScript},
		{scripts.JobState, jobStateScript}, {scripts.PutFile, putFileScript}, {scripts.RegisterTask, registerTaskScript},
		{scripts.ReadLog, readLogScript}, {scripts.Lease, leaseScript}, {scripts.LocalNames, localNamesScript},
	} {
		m.Script(s.script, s.model)
	}
}

// stamp writes a time as scripts do.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// bootRecord is the answer of boot-time.ps1 and the end of job-state.ps1's.
func bootRecord(tx *world.Tx, server string) Record {
	return NewRecord("boot", "time", stamp(toldBoot(tx, server)), "now", stamp(Clock(tx, server)))
}

func bootTimeScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	c.Machine.world.View(func(tx *world.Tx) { records = []Record{bootRecord(tx, c.Machine.name)} })
	return records, nil
}

// localNamesScript is local-names.ps1: what this Windows calls the accounts that every Windows has.
func localNamesScript(_ context.Context, c ScriptCall) ([]Record, error) {
	l := c.session.system.Language
	return []Record{NewRecord("names", "system", l.system(), "administrators", l.administrators(), "language", strconv.Itoa(l.LCID()))}, nil
}

func servicesScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	c.Machine.world.View(func(tx *world.Tx) {
		for _, s := range Services(tx, c.Machine.name) {
			records = append(records, NewRecord("service", "name", s.Name, "display", s.Display, "state", string(s.State),
				"start", string(s.Start), "path", s.Path, "account", s.Account, "pid", strconv.Itoa(s.PID)))
		}
	})
	return records, nil
}

func productsScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	server := c.Machine.name
	c.Machine.world.View(func(tx *world.Tx) {
		for _, p := range Products(tx, server) {
			records = append(records, NewRecord("product", "code", p.Code, "name", p.Name, "version", p.Version))
		}
		for _, p := range Patches(tx, server) {
			records = append(records, NewRecord("patch", "product", p.Product, "code", p.Code, "name", p.Name, "state", strconv.Itoa(p.State)))
		}
		for _, f := range list[storedFile](tx, key(server, "file")+"/") {
			switch installed := strings.HasPrefix(strings.ToLower(f.Path), `c:\program files`); strings.ToLower(base(f.Path)) {
			case "mssearch.exe", "owssvr.dll":
				if !installed { // a copy somewhere else says nothing of the server's own level
					continue
				}
				records = append(records, NewRecord("file", "path", f.Path, "version", f.Version))
			}
		}
	})
	return records, nil
}

func fileHashScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	c.Machine.world.View(func(tx *world.Tx) {
		for p := range strings.SplitSeq(c.Parameter("Paths"), "|") {
			if p == "" {
				continue
			}
			f, ok := GetFile(tx, c.Machine.name, p)
			if !ok || f.Folder {
				records = append(records, NewRecord("file", "path", p, "exists", "false", "size", "", "sha256", "", "algorithm", "", "hash", "", "error", "", "zone", "", "version", ""))
				continue
			}
			sha256, algorithm, hash := c.session.system.hash(f)
			records = append(records, NewRecord("file", "path", p, "exists", "true", "size", strconv.FormatInt(f.Size, 10),
				"sha256", sha256, "algorithm", algorithm, "hash", hash, "error", "", "zone", f.Zone, "version", f.Version))
		}
	})
	return records, nil
}

func processesScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	c.Machine.world.View(func(tx *world.Tx) {
		for _, p := range Processes(tx, c.Machine.name) {
			records = append(records, NewRecord("process", "pid", strconv.Itoa(p.PID), "parent", strconv.Itoa(p.Parent),
				"image", p.Image, "command", p.CommandLine, "user", p.User, "started", stamp(p.Started)))
		}
	})
	return records, nil
}

// jobStateScript reads a job's folder: exists says that there is one, processes counts those whose command
// line names it.
func jobStateScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	folder, server := clean(c.Parameter("Folder")), c.Machine.name
	c.Machine.world.View(func(tx *world.Tx) {
		exit, _ := ReadFile(tx, server, folder+`\exit.txt`)
		output, _ := stat(tx, server, folder+`\output.log`)
		_, started := stat(tx, server, folder+`\started`)
		n := 0
		for _, p := range Processes(tx, server) {
			if strings.Contains(strings.ToLower(p.CommandLine), strings.ToLower(folder)) {
				n++
			}
		}
		records = []Record{
			NewRecord("job", "exists", strconv.FormatBool(FolderExists(tx, server, folder)), "started", strconv.FormatBool(started),
				"exit", strings.TrimSpace(string(exit)), "output", strconv.FormatInt(output.Size, 10), "processes", strconv.Itoa(n)),
			bootRecord(tx, server),
		}
	})
	return records, nil
}

// putFileScript writes a file from base64 lines. A file with the same content stays as it is.
func putFileScript(_ context.Context, c ScriptCall) ([]Record, error) {
	data, err := base64.StdEncoding.DecodeString(strings.Join(c.Input, ""))
	if err != nil {
		return nil, fmt.Errorf("Exception calling \"FromBase64String\" with \"1\" argument(s): %w", err)
	}
	path := c.Parameter("Path")
	var f File
	err = c.session.update(func(tx *world.Tx) error {
		if old, ok := ReadFile(tx, c.Machine.name, path); !ok || string(old) != string(data) {
			if err := WriteFile(tx, c.Machine.name, path, data); err != nil {
				return err
			}
		}
		f, _ = GetFile(tx, c.Machine.name, path)
		return nil
	})
	if err != nil {
		return nil, err
	}
	sha256, algorithm, hash := c.session.system.hash(f)
	return []Record{NewRecord("file", "path", path, "size", strconv.FormatInt(f.Size, 10), "sha256", sha256, "algorithm", algorithm, "hash", hash)}, nil
}

// registerTaskScript registers a task through Schedule.Service, which Windows Server 2003 does not have.
func registerTaskScript(_ context.Context, c ScriptCall) ([]Record, error) {
	if c.session.system.is2003() {
		return nil, message("New-Object : Cannot load COM type Schedule.Service.")
	}
	password := ""
	if len(c.Input) > 0 {
		decoded, err := base64.StdEncoding.DecodeString(c.Input[0])
		if err != nil {
			return nil, message("Invalid length for a Base-64 char array.")
		}
		password = string(decoded)
	}
	name, user := c.Parameter("Name"), c.session.system.account(c.Parameter("User"))
	if !c.Machine.logon(user, password) {
		return []Record{NewRecord("refused", "hresult", "0x8007052E", "text", "Logon failure: unknown user name or bad password.")}, nil
	}
	command := c.Parameter("Command")
	if !strings.HasPrefix(command, `"`) {
		command = `"` + command + `"`
	}
	err := c.session.update(func(tx *world.Tx) error {
		PutTask(tx, c.Machine.name, Task{Name: name, Command: command, User: user, Created: time.Now().UTC()})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []Record{NewRecord("task", "name", name, "registered", "true", "user", user)}, nil
}

// leaseScript takes or gives back a lease file: its first line is the owner, its second the time.
func leaseScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	path, owner, server := c.Parameter("Path"), c.Parameter("Owner"), c.Machine.name
	release := strings.EqualFold(c.Parameter("Action"), "release")
	err := c.session.update(func(tx *world.Tx) error {
		holder, since := "", ""
		if data, ok := ReadFile(tx, server, path); ok {
			lines := append(splitLines(string(data)), "", "")
			holder, since = lines[0], lines[1]
		}
		switch {
		case release && holder == owner:
			RemoveFile(tx, server, path)
			holder, since = "", ""
		case !release && holder == "":
			holder, since = owner, stamp(Clock(tx, server))
			if err := WriteFile(tx, server, path, []byte(holder+"\r\n"+since+"\r\n")); err != nil {
				return err
			}
		}
		records = []Record{NewRecord("lease", "held", strconv.FormatBool(holder == owner && holder != ""), "owner", holder, "since", since)}
		return nil
	})
	return records, err
}
