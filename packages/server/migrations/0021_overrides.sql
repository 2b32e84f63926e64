-- A gate that is passed by keeps who did so beside the decisions about it.
ALTER TABLE decisions DROP CONSTRAINT decisions_decision_check;
ALTER TABLE decisions ADD CONSTRAINT decisions_decision_check
  CHECK (decision IN ('approve', 'reject', 'override', 'withdraw', 'void'));
