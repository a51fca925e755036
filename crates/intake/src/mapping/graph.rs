//! Values, conditions and times may use each other, but never in a circle: not by way of another row either.

use super::{
    Mapping,
    expr::{Expr, Operand},
    names::{Name, Template},
    times::{Seconds, TimeKind},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Value(usize),
    Condition(usize),
    Time(usize),
}

/// The first definition that leads back to itself, in words.
pub(super) fn circle(mapping: &Mapping) -> Option<String> {
    let nodes = (0..mapping.values.len())
        .map(Node::Value)
        .chain((0..mapping.conditions.len()).map(Node::Condition))
        .chain((0..mapping.times.len()).map(Node::Time));
    let mut done = Vec::new();
    for node in nodes {
        if leads_back(mapping, node, &mut Vec::new(), &mut done) {
            return Some(match node {
                Node::Value(index) => format!("the value {:?}", mapping.value_names[index]),
                Node::Condition(_) => "a named condition".to_owned(),
                Node::Time(index) => format!("the time {:?}", mapping.times[index].name),
            });
        }
    }
    None
}

fn leads_back(mapping: &Mapping, node: Node, path: &mut Vec<Node>, done: &mut Vec<Node>) -> bool {
    if path.contains(&node) {
        return true;
    }
    if done.contains(&node) {
        return false;
    }
    path.push(node);
    let found = used_by(mapping, node).into_iter().any(|next| leads_back(mapping, next, path, done));
    path.pop();
    done.push(node);
    found
}

fn used_by(mapping: &Mapping, node: Node) -> Vec<Node> {
    let mut used = Vec::new();
    match node {
        Node::Value(index) => {
            let value = &mapping.values[index];
            of_template(&value.of, &mut used);
            value.otherwise.iter().for_each(|other| of_template(other, &mut used));
            value.when.iter().for_each(|when| of_expr(when, &mut used));
        }
        Node::Condition(index) => of_expr(&mapping.conditions[index], &mut used),
        Node::Time(index) => of_time(mapping, index, &mut used),
    }
    used
}

fn of_time(mapping: &Mapping, index: usize, used: &mut Vec<Node>) {
    let time = &mapping.times[index];
    time.when.iter().for_each(|when| of_expr(when, used));
    used.extend(time.otherwise.map(Node::Time));
    match &time.kind {
        TimeKind::Whole { column, .. } => of_template(column, used),
        TimeKind::DateAndClock { date, clock, .. } => {
            of_template(date, used);
            of_template(clock, used);
        }
        TimeKind::ClockAfter { clock, after, .. } => {
            of_template(clock, used);
            used.push(Node::Time(*after));
        }
        TimeKind::Shifted { from, by } => {
            used.push(Node::Time(*from));
            if let Some(Seconds::Column(column)) = by.as_ref().map(|shift| &shift.seconds) {
                of_template(column, used);
            }
        }
        TimeKind::Earliest(of) => used.push(Node::Time(*of)),
        TimeKind::Wrong => {}
    }
}

fn of_template(template: &Template, used: &mut Vec<Node>) {
    used.extend(template.names().filter_map(of_name));
}

fn of_name(name: Name) -> Option<Node> {
    if let Name::Value(_, index) = name { Some(Node::Value(index)) } else { None }
}

fn of_operand(operand: &Operand, used: &mut Vec<Node>) {
    if let Operand::Name(name, _) = operand {
        used.extend(of_name(*name));
    }
}

fn of_expr(expr: &Expr, used: &mut Vec<Node>) {
    match expr {
        Expr::Or(parts) | Expr::And(parts) => parts.iter().for_each(|part| of_expr(part, used)),
        Expr::Not(inner) => of_expr(inner, used),
        Expr::Compare(left, _, right) => {
            of_operand(left, used);
            of_operand(right, used);
        }
        Expr::In(left, list) => {
            of_operand(left, used);
            for operand in list {
                of_operand(operand, used);
            }
        }
        Expr::Empty(operand) => of_operand(operand, used),
        Expr::Named(index) => used.push(Node::Condition(*index)),
    }
}
