package sqlserver

import (
	"slices"
	"strconv"
)

func (p *parser) backup(line int32) statement {
	p.expect("DATABASE")
	s := backupStatement{line: line}
	if p.peek().kind == tokenVariable {
		s.database = variable{p.next().text}
	} else {
		s.database = literal{p.identifier()}
	}
	p.expect("TO")
	s.paths = p.disks()
	s.options = p.mediaOptions()
	return s
}

func (p *parser) restore(line int32) statement {
	s := restoreStatement{line: line}
	if p.accept("DATABASE") {
		s.kind, s.database = "DATABASE", literal{p.identifier()}
		p.expect("FROM")
		s.paths = p.disks()
		s.options = p.mediaOptions()
		return s
	}
	for _, kind := range []string{"VERIFYONLY", "HEADERONLY", "FILELISTONLY"} {
		if p.accept(kind) {
			s.kind = kind
			p.expect("FROM")
			s.paths = p.disks()
			s.options = p.mediaOptions()
			return s
		}
	}
	p.fail(p.peek())
	return nil
}

// disks reads the devices of a media set: one, or those a backup is striped over.
func (p *parser) disks() []expression {
	out := []expression{p.disk()}
	for p.accept(",") {
		out = append(out, p.disk())
	}
	return out
}

// disk reads DISK = 'path': one device, a file.
func (p *parser) disk() expression {
	p.expect("DISK")
	p.expect("=")
	switch t := p.next(); t.kind {
	case tokenString:
		return literal{t.text}
	case tokenVariable:
		return variable{t.text}
	default:
		p.fail(t)
		return nil
	}
}

// ignoredOptions change nothing on a disk file.
var ignoredOptions = []string{
	"NOINIT", "NOFORMAT", "NO_CHECKSUM", "SKIP", "NOSKIP", "NOREWIND", "REWIND", "NOUNLOAD", "UNLOAD", "STOP_ON_ERROR",
	"CONTINUE_AFTER_ERROR", "NO_COMPRESSION", "COMPRESSION", "RECOVERY",
}

func (p *parser) mediaOptions() mediaOptions {
	var o mediaOptions
	if !p.accept("WITH") {
		return o
	}
	for {
		t := p.next()
		switch {
		case t.is("INIT"), t.is("FORMAT"):
			o.overwrite = true
		case t.is("COPY_ONLY"):
			o.copyOnly = true
		case t.is("CHECKSUM"):
			o.checksum = true
		case t.is("DIFFERENTIAL"):
			o.differential = true
		case t.is("REPLACE"):
			o.replace = true
		case t.is("NORECOVERY"):
			o.noRecovery = true
		case t.is("STATS"):
			o.stats = 10
			if p.accept("=") {
				o.stats = min(max(p.number(), 1), 100)
			}
		case t.is("FILE"):
			p.expect("=")
			o.file = p.number()
		case t.is("NAME"):
			p.expect("=")
			o.name = p.primary()
		case t.is("DESCRIPTION"):
			p.expect("=")
			o.description = p.primary()
		case slices.ContainsFunc(ignoredOptions, t.is):
		default:
			p.fail(t)
		}
		if !p.accept(",") {
			return o
		}
	}
}

func (p *parser) number() int {
	t := p.next()
	n, err := strconv.Atoi(t.text)
	if t.kind != tokenNumber || err != nil {
		p.fail(t)
	}
	return n
}
