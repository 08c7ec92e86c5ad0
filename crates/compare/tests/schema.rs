//! The JSON documents are those of the schemas in docs/schema.

mod made;

use compare::{GateEvidence, Gates, Selection, check, diff};
use made::{cpu, cpu_profile};
use serde_json::Value;

/// Checks `value` against the parts of JSON Schema that the schemas of this repository use; any
/// other keyword is a mistake in the schema.
fn validate(value: &Value, schema: &Value, root: &Value, path: &str) -> Result<(), String> {
    let fault = |what: &str| Err(format!("{path}: {what}: {value}"));
    for (keyword, rule) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                validate(value, &root["$defs"][name], root, path)?;
            }
            "const" if value != rule => return fault("is another constant"),
            "enum" if !rule.as_array().unwrap().contains(value) => return fault("is not listed"),
            "const" | "enum" => {}
            "type" if !types(rule).iter().any(|name| is_of(value, name)) => {
                return fault("is of another type");
            }
            "type" => {}
            "required" => {
                let missing = rule.as_array().unwrap().iter();
                let mut missing = missing.filter(|key| value.get(key.as_str().unwrap()).is_none());
                if let (Some(key), true) = (missing.next(), value.is_object()) {
                    return fault(&format!("lacks {key}"));
                }
            }
            "additionalProperties" => {
                let known = &schema["properties"];
                let unknown = value
                    .as_object()
                    .unwrap()
                    .keys()
                    .find(|key| known.get(key).is_none());
                if let Some(key) = unknown {
                    return fault(&format!("has {key}, too"));
                }
            }
            "properties" => {
                for (key, rule) in rule.as_object().unwrap() {
                    let inner = value.get(key);
                    inner.map_or(Ok(()), |v| {
                        validate(v, rule, root, &format!("{path}.{key}"))
                    })?;
                }
            }
            "items" => {
                for inner in value.as_array().into_iter().flatten() {
                    validate(inner, rule, root, &format!("{path}[]"))?;
                }
            }
            other => panic!("{path}: the schema has {other}"),
        }
    }
    Ok(())
}

fn types(rule: &Value) -> Vec<&str> {
    match rule {
        Value::String(name) => vec![name],
        several => several
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect(),
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    }
}

#[track_caller]
fn check_document(text: &str, schema: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    let schema: Value = serde_json::from_str(schema).unwrap();
    validate(&document, &schema, &schema, "$").unwrap();
    document
}

const CHECK: &str = include_str!("../../../docs/schema/profile-check.json");
const DIFF: &str = include_str!("../../../docs/schema/profile-diff.json");

#[test]
fn verdicts() {
    let config = "version = 1\n[[gate]]\nname = 'g'\nfunction = '.*'\nmax = '50%'\nmax_increase = '10%'\n\
                  [[gate]]\nname = 'h'\nsample_type = 'nosuch'\nfunction = '.*'\nmax = '50%'";
    let gates = Gates::parse(config).unwrap();
    let old = [200, 210, 190, 205, 195].map(|n| cpu(&[("main;a", n), ("main;b", 800)], &[]));
    let new = [600, 610, 590, 605, 595].map(|n| cpu(&[("main;a", n), ("main;b", 800)], &[]));
    let evidence = GateEvidence {
        new: &new,
        baselines: &[&old, &old],
        any_host: false,
    };
    let document = check_document(&check(&gates, evidence).unwrap().json(), CHECK);
    assert_eq!(
        (&document["verdict"], &document["exit"]),
        (&"fail".into(), &1.into())
    );
    let results = document["gates"][0]["results"].as_array().unwrap();
    let is_growth = |result: &Value| result["interval"].is_array() && result["q"].is_number();
    assert!(results.iter().any(is_growth), "{results:?}");
}

#[test]
fn differences() {
    let old = cpu_profile(&[("main;a", 200), ("main;gone", 10)], &[]);
    let new = cpu_profile(&[("main;a", 600), ("main;come", 10)], &[]);
    let diff = diff(vec![old], vec![new], &Selection::default()).unwrap();
    let document = check_document(&diff.json(), DIFF);
    assert_eq!(document["finding"], "different");
    assert_eq!(document["rows"][2]["state"], "gone");
}

#[test]
fn the_validator_sees_what_is_wrong() {
    let schema: Value = serde_json::from_str(DIFF).unwrap();
    let side = serde_json::json!({ "runs": 1, "total": 2.5, "samples": null });
    let rule = &schema["$defs"]["side"];
    assert_eq!(validate(&side, rule, &schema, "$"), Ok(()));
    for (key, value) in [
        ("runs", "x".into()),
        ("total", Value::Null),
        ("more", 1.into()),
    ] {
        let mut wrong = side.clone();
        wrong[key] = value;
        assert!(validate(&wrong, rule, &schema, "$").is_err(), "{key}");
    }
    let lacking = serde_json::json!({ "runs": 1 });
    assert!(validate(&lacking, rule, &schema, "$").is_err());
}
