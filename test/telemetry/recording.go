package telemetry

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Recording is everything a collector wrote to files.
type Recording struct {
	Spans   []Span
	Logs    []Log
	Metrics []Metric
}

// Source is the process that sent something.
type Source struct {
	// Service is service.name, Instance service.instance.id.
	Service, Instance string
}

// Span is one span.
type Span struct {
	Source
	Trace, ID, Parent, Name string
	Attributes              Attributes
}

// Log is one log record.
type Log struct {
	Source
	Trace, Body string
	Attributes  Attributes
}

// Metric is one metric in one report.
type Metric struct {
	Source
	Name, Unit string
	// Points are the attributes of its data points.
	Points []Attributes
}

// Attributes are values as text.
type Attributes map[string]string

// UnmarshalJSON reads OTLP's list of keys and values.
func (a *Attributes) UnmarshalJSON(text []byte) error {
	var list []struct {
		Key   string                     `json:"key"`
		Value map[string]json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*a = Attributes{}
	for _, kv := range list {
		for _, v := range kv.Value { // one, under the name of its type
			var s string
			if json.Unmarshal(v, &s) != nil {
				s = string(v)
			}
			(*a)[kv.Key] = s
		}
	}
	return nil
}

// Read reads the files of deploy/otel-collector-files.yaml in a directory. A signal that was never sent has none.
func Read(dir string) (Recording, error) {
	var r Recording
	return r, errors.Join(
		lines(filepath.Join(dir, "traces.jsonl"), r.takeSpans),
		lines(filepath.Join(dir, "logs.jsonl"), r.takeLogs),
		lines(filepath.Join(dir, "metrics.jsonl"), r.takeMetrics),
	)
}

// message is what the three kinds of OTLP message have in common, and what is read of each.
type message struct {
	ResourceSpans   []resource `json:"resourceSpans"`
	ResourceLogs    []resource `json:"resourceLogs"`
	ResourceMetrics []resource `json:"resourceMetrics"`
}

type resource struct {
	Resource struct {
		Attributes Attributes `json:"attributes"`
	} `json:"resource"`
	ScopeSpans   []scope `json:"scopeSpans"`
	ScopeLogs    []scope `json:"scopeLogs"`
	ScopeMetrics []scope `json:"scopeMetrics"`
}

type scope struct {
	Spans []struct {
		TraceID      string     `json:"traceId"`
		SpanID       string     `json:"spanId"`
		ParentSpanID string     `json:"parentSpanId"`
		Name         string     `json:"name"`
		Attributes   Attributes `json:"attributes"`
	} `json:"spans"`
	LogRecords []struct {
		TraceID string `json:"traceId"`
		Body    struct {
			StringValue string `json:"stringValue"`
		} `json:"body"`
		Attributes Attributes `json:"attributes"`
	} `json:"logRecords"`
	Metrics []struct {
		Name, Unit            string
		Gauge, Sum, Histogram struct {
			DataPoints []struct {
				Attributes Attributes `json:"attributes"`
			} `json:"dataPoints"`
		}
	} `json:"metrics"`
}

func (r resource) source() Source {
	return Source{Service: r.Resource.Attributes["service.name"], Instance: r.Resource.Attributes["service.instance.id"]}
}

func (r *Recording) takeSpans(m message) {
	for _, from := range m.ResourceSpans {
		for _, sc := range from.ScopeSpans {
			for _, s := range sc.Spans {
				r.Spans = append(r.Spans, Span{from.source(), s.TraceID, s.SpanID, s.ParentSpanID, s.Name, s.Attributes})
			}
		}
	}
}

func (r *Recording) takeLogs(m message) {
	for _, from := range m.ResourceLogs {
		for _, sc := range from.ScopeLogs {
			for _, l := range sc.LogRecords {
				r.Logs = append(r.Logs, Log{from.source(), l.TraceID, l.Body.StringValue, l.Attributes})
			}
		}
	}
}

func (r *Recording) takeMetrics(m message) {
	for _, from := range m.ResourceMetrics {
		for _, sc := range from.ScopeMetrics {
			for _, one := range sc.Metrics {
				taken := Metric{Source: from.source(), Name: one.Name, Unit: one.Unit}
				for _, points := range [...][]struct {
					Attributes Attributes `json:"attributes"`
				}{one.Gauge.DataPoints, one.Sum.DataPoints, one.Histogram.DataPoints} {
					for _, p := range points {
						taken.Points = append(taken.Points, p.Attributes)
					}
				}
				r.Metrics = append(r.Metrics, taken)
			}
		}
	}
}

// lines reads one message a line. The last one may be cut short: the collector was still writing.
func lines(path string, take func(message)) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		var m message
		if err := errors.Join(err, json.Unmarshal(line, &m)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		take(m)
	}
}
