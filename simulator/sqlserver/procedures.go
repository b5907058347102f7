package sqlserver

import (
	"context"
	"slices"
	"strings"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// procedures are the extended stored procedures an instance has, by lower-case name. Their arguments are given by place.
var procedures = map[string]func(*run, []any) error{
	"xp_fixeddrives":   (*run).fixedDrives,
	"xp_fileexist":     (*run).fileExist,
	"xp_create_subdir": (*run).createSubdirectory,
}

// systemProcedure is a procedure that works in a database, takes its arguments by place or name, and has a return code.
type systemProcedure struct {
	parameters []string // lower case
	run        func(r *run, ctx context.Context, database string, args []any) (int32, error)
}

var systemProcedures = map[string]systemProcedure{
	"sp_getapplock":     {[]string{"@resource", "@lockmode", "@lockowner", "@locktimeout", "@dbprincipal"}, (*run).getAppLock},
	"sp_releaseapplock": {[]string{"@resource", "@lockowner", "@dbprincipal"}, (*run).releaseAppLock},
}

// exec runs a procedure. Extended procedures live in master; an unqualified xp_ name is found from any database. A system
// procedure is in every database, and works in the one its name says, else in the session's.
func (r *run) exec(ctx context.Context, s execStatement) error {
	name := strings.ToLower(s.procedure[len(s.procedure)-1])
	args := make([]any, len(s.args))
	for i, e := range s.args {
		if c, bare := e.(columnRef); bare && len(c.parts) == 1 { // EXEC takes a bare word as text
			args[i] = c.parts[0]
			continue
		}
		var err error
		if args[i], err = r.value(e); err != nil {
			return err
		}
	}
	if p, ok := systemProcedures[name]; ok {
		return r.execSystem(ctx, s, p, args)
	}
	procedure, ok := procedures[name]
	if len(s.procedure) == 3 && s.procedure[0] != "" && !strings.EqualFold(s.procedure[0], "master") {
		ok = false
	}
	if !ok {
		return at(sqlError(2812, 16, 62, "Could not find stored procedure '%s'.", dotted(s.procedure)), s.line)
	}
	return procedure(r, args)
}

// execSystem puts the arguments of a system procedure in order, runs it, and hands its return code on.
func (r *run) execSystem(ctx context.Context, s execStatement, p systemProcedure, args []any) error {
	name := s.procedure[len(s.procedure)-1]
	if _, declared := r.params[strings.ToLower(s.result)]; s.result != "" && !declared {
		return at(errVariable(s.result), s.line)
	}
	database := r.session.Database
	if len(s.procedure) == 3 && s.procedure[0] != "" {
		d, err := r.instance.usable(r.login, s.procedure[0])
		if err != nil {
			return err
		}
		database = d.Name
	}
	values := make([]any, len(p.parameters))
	for i, v := range args {
		place := i
		if s.names[i] != "" {
			place = slices.Index(p.parameters, strings.ToLower(s.names[i]))
		}
		switch {
		case place < 0:
			return at(sqlError(8145, 16, 2, "%s is not a parameter for procedure %s.", s.names[i], name), s.line)
		case place >= len(values):
			return at(sqlError(8144, 16, 2, "Procedure or function %s has too many arguments specified.", name), s.line)
		}
		values[place] = v
	}
	code, err := p.run(r, ctx, database, values)
	if err != nil {
		return err
	}
	if s.result != "" {
		r.params[strings.ToLower(s.result)] = int64(code)
	}
	r.w.Return(code)
	return nil
}

func (r *run) fixedDrives([]any) error {
	var drives []Drive
	r.instance.world.View(func(tx *world.Tx) { drives = all[Drive](tx, prefix(r.instance.name)+"drive/") })
	r.w.Columns(column("drive", tds.NVarChar(1)), column("MB free", tds.Int))
	for _, d := range drives {
		r.w.Row(strings.ToUpper(d.Letter), d.FreeMB)
	}
	r.w.Done(uint64(len(drives)))
	return nil
}

func (r *run) fileExist(args []any) error {
	path, err := pathArgument(args)
	if err != nil {
		return err
	}
	var file, folder, parent bool
	name := r.instance.name
	r.instance.world.View(func(tx *world.Tx) {
		var f BackupFile
		file = tx.Get(fileKey(name, path), &f)
		folder = folderExists(tx, name, path)
		parent = folderExists(tx, name, folderOf(strings.TrimRight(path, `\`)))
	})
	r.w.Columns(column("File Exists", tds.Int), column("File is a Directory", tds.Int), column("Parent Directory Exists", tds.Int))
	r.w.Row(flag(file), flag(folder), flag(parent))
	r.w.Done(1)
	return nil
}

func (r *run) createSubdirectory(args []any) error {
	path, err := pathArgument(args)
	if err != nil {
		return err
	}
	if !r.login.sysadmin() {
		return sqlError(229, 14, 5, "The EXECUTE permission was denied on the object 'xp_create_subdir', database 'mssqlsystemresource', schema 'sys'.")
	}
	if err := r.instance.world.Update(func(tx *world.Tx) error {
		if !createFolder(tx, r.instance.name, path) {
			return sqlError(22048, 16, 1, "xp_create_subdir() returned error %s", systemError(3))
		}
		return nil
	}); err != nil {
		return err
	}
	r.w.DoneQuiet()
	return nil
}

// pathArgument is the one argument of the procedures that look at the disk.
func pathArgument(args []any) (string, error) {
	if len(args) > 0 {
		if path, ok := args[0].(string); ok {
			return path, nil
		}
	}
	return "", sqlError(22001, 16, 0, "Error executing extended stored procedure: Invalid Parameter")
}
