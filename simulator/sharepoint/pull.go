package sharepoint

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/scripts"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// pull is one run of pull.cmd or download.ps1 on a server.
type pull struct {
	again        bool
	from, folder string
	names        []string
	// What is printed of a file.
	copied, there func(name string, size int64)
	failed        func(name, why string)
}

// pullBatch is pull.cmd: MODE SOURCE FOLDER NAME ...
func (f *Farm) pullBatch(ctx context.Context, p *windows.Process) int {
	if len(p.Args) < 4 {
		return scripts.PullDone
	}
	say := func(format string, args ...any) { fmt.Fprintf(p.Stdout, format+"\r\n", args...) }
	return f.pull(ctx, p, pull{
		again: p.Args[0] == scripts.PullAgain, from: p.Args[1], folder: p.Args[2], names: p.Args[3:],
		copied: func(name string, size int64) { say("%s: copied, %d bytes", name, size) },
		there:  func(name string, size int64) { say("%s: there already, %d bytes", name, size) },
		failed: func(name, why string) { say("%s: %s", name, why) },
	})
}

// pullScript is download.ps1: -Mode MODE -Url URL -Folder FOLDER -Names "NAME|NAME".
func (f *Farm) pullScript(ctx context.Context, p *windows.Process) int {
	given := map[string]string{}
	for i := 0; i+1 < len(p.Args); i += 2 {
		given[strings.ToLower(strings.TrimLeft(p.Args[i], "-"))] = p.Args[i+1]
	}
	say := func(r windows.Record) { fmt.Fprintf(p.Stdout, "%s\r\n", r) }
	pulled := func(copied string) func(string, int64) {
		return func(name string, size int64) {
			say(windows.NewRecord("pulled", "name", name, "size", fmt.Sprint(size), "copied", copied))
		}
	}
	exit := f.pull(ctx, p, pull{
		again: given["mode"] == scripts.PullAgain, from: given["url"], folder: given["folder"], names: list(given["names"]),
		copied: pulled("true"), there: pulled("false"),
		failed: func(name, why string) { say(windows.NewRecord("error", "text", name+": "+why)) },
	})
	if exit == scripts.PullDone {
		fmt.Fprint(p.Stdout, "##END\r\n")
	}
	return exit
}

// pull copies the files one after the other. It meets the step "fetch KB..." half way through each copy.
func (f *Farm) pull(ctx context.Context, p *windows.Process, run pull) int {
	if err := p.Commit("folder", func(tx *world.Tx) error { return windows.MakeFolder(tx, p.Machine.Name(), run.folder) }); err != nil {
		run.failed("", err.Error())
		return scripts.PullNoFolder
	}
	for _, name := range run.names {
		if exit := f.pullFile(p, run, name); exit != scripts.PullDone || ctx.Err() != nil {
			return exit
		}
	}
	return scripts.PullDone
}

func (f *Farm) pullFile(p *windows.Process, run pull, name string) int {
	server := p.Machine.Name()
	pkg, file, known := f.named(name)
	if !known || !f.sourceAt(run.from) {
		run.failed(name, "not in "+run.from+", or the source does not answer")
		return scripts.PullUnreadable
	}
	arriving := f.o.packageFile(server, pkg, file)
	arriving.Path, arriving.Zone = run.folder+`\`+name, ""
	needed, err := f.needed(p, run, arriving)
	if err != nil {
		return scripts.PullEndedEarly // killed: the code does not count
	}
	if !needed {
		run.there(name, arriving.Size)
		return scripts.PullDone
	}
	err = p.Work("fetch "+pkg.KB, f.o.Durations.Staging/time.Duration(len(run.names)))
	if fault, ok := errors.AsType[*windows.FaultError](err); ok {
		switch fault.Fault.Kind {
		case "down":
			run.failed(name, "not in "+run.from+", or the source does not answer")
			return scripts.PullUnreadable
		case "corrupt":
			arriving.SHA256, arriving.Signature = digest(name+" damaged"), "HashMismatch"
			err = nil
		case "disk-full":
			run.failed(name, "There is not enough space on the disk.")
			return scripts.PullEndedEarly
		default: // truncate
			arriving.Path, arriving.Size = arriving.Path+".part", arriving.Size/2
			if p.Commit("part "+name, func(tx *world.Tx) error { return windows.PutFile(tx, server, arriving) }) == nil {
				run.failed(name, fmt.Sprintf("the copy ended early, %d bytes", arriving.Size))
			}
			return scripts.PullEndedEarly
		}
	}
	if err == nil {
		err = p.Commit("arrive "+name, func(tx *world.Tx) error {
			windows.RemoveFile(tx, server, arriving.Path+".part")
			return windows.PutFile(tx, server, arriving)
		})
	}
	if err != nil {
		run.failed(name, err.Error())
		return scripts.PullEndedEarly
	}
	run.copied(name, arriving.Size)
	return scripts.PullDone
}

// needed decides once whether a file is copied: a run that goes on after the simulator was restarted finds what
// it decided.
func (f *Farm) needed(p *windows.Process, run pull, arriving windows.File) (needed bool, err error) {
	key := fmt.Sprintf("sharepoint/pull/%s/%d/%s", strings.ToLower(p.Machine.Name()), p.PID, strings.ToLower(arriving.Path))
	err = p.Commit("look "+arriving.Path, func(tx *world.Tx) error {
		have, there := windows.GetFile(tx, p.Machine.Name(), arriving.Path)
		tx.Put(key, run.again || !there || have.Size != arriving.Size)
		return nil
	})
	f.world.View(func(tx *world.Tx) { tx.Get(key, &needed) })
	return needed, err
}

// named finds a package by the name of one of its files.
func (f *Farm) named(name string) (farm.Package, farm.PackageFile, bool) {
	for _, p := range f.o.Release.InstallOrder() {
		for _, file := range p.Files {
			if strings.EqualFold(file.Name, name) {
				return p, file, true
			}
		}
	}
	return farm.Package{}, farm.PackageFile{}, false
}

// sourceAt reports whether the packages are to be had there: the one share or address that the rollout names.
func (f *Farm) sourceAt(place string) bool {
	plain := func(s string) string { return strings.TrimRight(s, `\/`) }
	return f.o.Source.Pulled() && strings.EqualFold(plain(place), plain(f.o.Source.From()))
}
